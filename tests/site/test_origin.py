"""Nothing comes from another host, whether the site is served or read from disk."""


def test_a_page_asks_no_other_host_and_nothing_fails(view, path, scheme):
    view.open(path, scheme)
    assert view.foreign == []
    assert view.missing == []
    assert view.errors == []
