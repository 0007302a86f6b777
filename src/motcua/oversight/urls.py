from motcua.oversight import urls_recommendations

app_name = "oversight"

urlpatterns = [*urls_recommendations.urlpatterns]
