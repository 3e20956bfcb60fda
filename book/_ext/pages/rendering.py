"""The templates' output, mended as a whole: the theme offers no other place for it."""

from sphinx.jinja2glue import BuiltinTemplateLoader

from pages.icons import use_our_icons
from pages.joining import ask_once
from pages.markup import put_right
from pages.policy import add_policy


class PageTemplates(BuiltinTemplateLoader):
    """Sphinx's templates, with our icons and a policy on each page that they make.

    ``sheets`` are the style sheets that the pages ask for, in their order.
    """

    sheets: tuple[str, ...] = ()

    def render(self, template: str, context: dict) -> str:
        """Return the page."""
        page, sheets = ask_once(super().render(template, context))
        self.sheets = sheets or self.sheets
        return add_policy(put_right(use_our_icons(page)))
