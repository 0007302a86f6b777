from motcua.oversight import urls_recommendations, urls_tasks, urls_visits

app_name = "oversight"

urlpatterns = [*urls_recommendations.urlpatterns, *urls_tasks.urlpatterns, *urls_visits.urlpatterns]
