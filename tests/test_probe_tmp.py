from tests.test_query_budgets import *


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_probe(page, client_for):
    manager = ManagerFactory()
    add_fiches(10)
    client, address = open_page(page, manager, client_for)
    a = queries(client, address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    print("PROBE", page, len(a), len(captured.captured_queries), page.budget)
