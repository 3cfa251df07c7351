from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("node", "0015_keeping")]

    operations = []
