from motcua.oversight import urls_recommendations, urls_tasks

app_name = "oversight"

urlpatterns = [*urls_recommendations.urlpatterns, *urls_tasks.urlpatterns]
