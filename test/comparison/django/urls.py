from django.urls import include, path

urlpatterns = [path("dasf-broker-django/", include("dasf_broker.urls"))]
