"""All that dasf-broker-django has for operators and sites, read off the package itself: one a line, by where it is."""
import importlib
import re
from pathlib import Path

import django

django.setup()

import dasf_broker  # noqa: E402
from dasf_broker import app_settings, routing  # noqa: E402
from dasf_broker.templatetags import dasf  # noqa: E402
from django.apps import apps  # noqa: E402
from django.contrib import admin  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import find_commands, load_command_class  # noqa: E402
from django.core.management.base import BaseCommand  # noqa: E402
from django.test import RequestFactory  # noqa: E402

PACKAGE = Path(dasf_broker.__file__).parent
MODELS = list(apps.get_app_config("dasf_broker").get_models())

request = RequestFactory().get("/")
request.user = get_user_model()(is_superuser=True)


def named(part):
    return part if isinstance(part, str) else part.__name__


def of_admin(model):
    """What there is on the pages of one model."""
    page = admin.site.get_model_admin(model)
    form = page.get_form(request)
    prefix = f"dasf_broker_{model._meta.model_name}_"
    return [
        *(f"column {named(column)}" for column in page.list_display),
        *(f"filter {named(of)}" for of in page.list_filter),
        *(f"search {field}" for field in page.search_fields),
        *(f"action {name}" for name in page.get_actions(request)),
        *(f"field {name}" for name in [*form.base_fields, *page.readonly_fields]),
        *(f"page {url.name.removeprefix(prefix)}" for url in page.get_urls() if url.name),
    ]


def of_command(name):
    """Its options, without those of all of Django's commands."""
    common, own = (
        [action for action in command.create_parser("manage.py", name)._actions]
        for command in (BaseCommand(), load_command_class("dasf_broker", name))
    )
    known = {action.dest for action in common}
    actions = [action for action in own if action.dest not in known]
    options = [word for action in actions for word in action.option_strings if word.startswith("--")]
    arguments = [action.dest for action in actions if not action.option_strings]
    return [
        f"command {name}",
        *(f"argument {word}" for word in arguments),
        *(f"option {word}" for word in options),
    ]


def of_routes():
    [below] = routing.websocket_urlpatterns
    return [f"websocket {route.callback.consumer_class.__name__}" for route in below.callback.routes]


def of_urls(module):
    return [f"url {url.pattern}" for url in importlib.import_module(module).urlpatterns]


def jobs():
    found = (PACKAGE / "jobs").glob("*/*.py")
    return [f"job {job.parent.name}/{job.stem}" for job in found if job.stem != "__init__"]


def settings():
    """Those that have a preset, and those that are read wherever they are."""
    sources = [path.read_text() for path in PACKAGE.rglob("*.py") if "tests" not in path.parts]
    read = [re.findall(r'\bsettings(?:\.|,\s*")([A-Z][A-Z_]+)\b', source) for source in sources]
    return {f"setting {name}" for name in [*dir(app_settings), *sum(read, [])] if name.isupper()}


def permissions():
    for model in MODELS:
        for action in model._meta.default_permissions:
            yield f"permission {action}_{model._meta.model_name}"
        for name, _ in model._meta.permissions:
            yield f"permission {name}"


admins = {type(page).__name__: model for model, page in admin.site._registry.items() if model in MODELS}
commands = find_commands(str(PACKAGE / "management"))
urls = [
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in PACKAGE.rglob("urls.py")
]
inventory = {
    **{f"dasf_broker.admin.{name}": of_admin(model) for name, model in admins.items()},
    **{module: of_urls(module) for module in urls},
    "dasf_broker.routing": of_routes(),
    "dasf_broker.management": sum(map(of_command, commands), []),
    "dasf_broker.jobs": jobs(),
    "dasf_broker.app_settings": settings(),
    "dasf_broker.models": permissions(),
    "dasf_broker.templatetags": [
        *(f"template tag {name}" for name in dasf.register.tags),
        *(f"template filter {name}" for name in dasf.register.filters),
    ],
}
for where, found in sorted(inventory.items()):
    for one in sorted(set(found)):
        print(f"{where}: {one}")
