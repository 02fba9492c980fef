"""Whatever the seed and the count, what is made up is valid and adds up."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from ketensluis.made_up.incidents import made_up
from ketensluis.model.intake import check
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.model.routing import local_date, vt_route

REGIONS = load_regions(resource("reference"))


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 60),
    st.integers(-(2**63), 2**63),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_any_seed_count_and_day_give_valid_incidents_of_that_day(count: int, seed: int, day: date):
    records = list(made_up(count, seed, REGIONS, day=day))
    assert len({one.incident.incident_id for one in records}) == count
    for one in records:
        check(one.incident, REGIONS)
        assert local_date(one.incident.registered_at) == day
        if one.incident.event != "withdrawn":
            route = vt_route(one.incident, REGIONS)
            assert (route.region, route.rule) == (one.intended.region, one.intended.rule)
