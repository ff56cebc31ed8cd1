"""What an operator does: one JSON array of a command and its arguments a line, answered by one JSON line."""
import datetime
import io
import json
import sys
import traceback
from contextlib import redirect_stdout

import django

django.setup()

from dasf_broker.models import BrokerMessage, BrokerTopic  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.contrib.auth.models import Group, Permission  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils.timezone import now  # noqa: E402
from guardian.shortcuts import assign_perm  # noqa: E402
from rest_framework.authtoken.models import Token  # noqa: E402


def user(name, permissions):
    """A user with a token for websockets and a session for HTTP, which is what each of them takes."""
    person = get_user_model().objects.create_user(name)
    for permission in permissions:
        person.user_permissions.add(Permission.objects.get(codename=permission))
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return {"token": Token.objects.create(user=person).key, "session": session.session_key}


def change_user(name, changes):
    """Such as `is_active` and `is_superuser`."""
    get_user_model().objects.filter(username=name).update(**changes)


def join(name, group):
    get_user_model().objects.get(username=name).groups.add(Group.objects.get_or_create(name=group)[0])


def grant_group(slug, right, group):
    """As its admin does, on the page of a topic's permissions."""
    holders = Group.objects.get_or_create(name=group)[0]
    assign_perm(f"dasf_broker.{right}", holders, BrokerTopic.objects.get(slug=slug))


def topics():
    return list(BrokerTopic.objects.order_by("pk").values_list("slug", flat=True))


def owed(slug, name):
    """How many messages a user is owed who connects as a consumer; None where he may not."""
    topic = BrokerTopic.objects.get(slug=slug)
    person = get_user_model().objects.get(username=name)
    return topic.get_outstanding_messages(person).count() if person.has_perm("can_consume", topic) else None


def kept(slug):
    """How many messages of a topic are kept, and how many acknowledgements of them."""
    messages = BrokerMessage.objects.filter(topic__slug=slug)
    return [messages.count(), messages.exclude(delivered_to=None).values("delivered_to").count()]


def manage(*args):
    """One of the commands of `manage.py`."""
    said = io.StringIO()
    with redirect_stdout(said):
        call_command(*args)
    return said.getvalue()


def remove(slug):
    BrokerTopic.objects.get(slug=slug).delete()


def api_info(slug):
    return BrokerTopic.objects.get(slug=slug).api_info


def age(slug, ping, pong):
    """As if the topic had last been pinged and answered so many seconds ago."""
    BrokerTopic.objects.filter(slug=slug).update(
        last_ping=ago(ping), last_pong=None if pong is None else ago(pong)
    )


def pass_ten_minutes():
    """For topics that wait to be removed; their wait is the only one of that length."""
    waiting = BrokerTopic.objects.exclude(garbage_collect_on=None)
    ten_minutes = datetime.timedelta(minutes=10)
    waiting.update(garbage_collect_on=F("garbage_collect_on") - ten_minutes)


def ago(seconds):
    return now() - datetime.timedelta(seconds=seconds)


commands = [
    user,
    change_user,
    join,
    grant_group,
    topics,
    owed,
    kept,
    manage,
    remove,
    api_info,
    age,
    pass_ten_minutes,
]
by_name = {command.__name__: command for command in commands}
for line in sys.stdin:
    name, *args = json.loads(line)
    try:
        answer = {"done": by_name[name](*args)}
    except Exception:
        answer = {"failed": traceback.format_exc()}
    print(json.dumps(answer), flush=True)
