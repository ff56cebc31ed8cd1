from django.core.asgi import get_asgi_application

http = get_asgi_application()

# Both read models, which are there only now.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from dasf_broker.routing import websocket_urlpatterns  # noqa: E402
from dasf_broker.token_auth_middleware import TokenAuthMiddlewareStack  # noqa: E402

application = ProtocolTypeRouter(
    {"http": http, "websocket": TokenAuthMiddlewareStack(URLRouter(websocket_urlpatterns))}
)
