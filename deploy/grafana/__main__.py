"""`python -m deploy.grafana`: write the dashboards anew."""

from __future__ import annotations

from deploy.grafana.writing import write

if __name__ == "__main__":
    write()
