"""The route does not depend on the order in which persons were written down."""

from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ketensluis.made_up.incidents import incidents
from ketensluis.model.incident import Address, Incident, Person
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.model.routing import vt_route

REGIONS = load_regions(resource("reference"))
INCIDENT = next(incidents(1, 1, REGIONS))

person = st.builds(
    lambda role, born, home, secret: {
        "role": role,
        "birth_date": born.isoformat() if born else None,
        "address": Address(municipality=home, secret=secret) if home else None,
    },
    st.sampled_from(["victim", "child", "child_witness", "suspect", "reporter"]),
    st.none() | st.dates(),
    st.none() | st.sampled_from(sorted(REGIONS.periods)),
    st.none() | st.booleans(),
)


@given(st.lists(person, max_size=5), st.randoms(use_true_random=False))
def test_order_of_persons_makes_no_difference(people: list[dict[str, Any]], random: Any):
    persons = [Person(person_id=f"p{at}", **fields) for at, fields in enumerate(people)]
    shuffled = list(persons)
    random.shuffle(shuffled)

    def routed(of: list[Person]) -> Any:
        one: Incident = msgspec.structs.replace(INCIDENT, persons=tuple(of), relations=())
        return vt_route(one, REGIONS)

    route = routed(persons)
    assert route == routed(shuffled)
    assert route.region in REGIONS.regions
    homes = {one.address.municipality for one in persons if one.address}
    assert route.rule == "place_of_incident" or homes
