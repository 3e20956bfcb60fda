"""Markup that assistive technology misreads, put right in the finished page."""

PUT_RIGHT = {
    # roles that ARIA withdrew, and a list whose children are none of its items
    ' role="doc-biblioentry"': "",
    '<div role="list" class="citation-list">': '<div class="citation-list">',
    # the title and the search button stand beside the navigation, in no landmark
    ' id="pst-primary-sidebar"': ' id="pst-primary-sidebar" role="region" aria-label="Book"',
    # the viewport is said twice: by Sphinx and by the theme
    '<meta name="viewport" content="width=device-width, initial-scale=1.0" />': "",
    # Sphinx puts the list of what a function returns into a paragraph
    '<p><ul class="simple">': '<ul class="simple">',
    "</ul>\n</p>": "</ul>",
    # a place for advertisements
    '<div id="ethical-ad-placement"': '<div hidden id="ethical-ad-placement"',
}


def put_right(page: str) -> str:
    """Return the page with each of these changes."""
    for wrong, right in PUT_RIGHT.items():
        page = page.replace(wrong, right)
    return page
