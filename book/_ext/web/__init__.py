"""Sphinx extension: from chapters to a site. This is the whole story of a page's way.

``STEPS`` lists what happens in a build, in its order. The work of Sphinx itself stands between, in
the comments: there run, too, the directives, transforms and visitors that each part's ``setup``
adds. A step is a function of a module beside this file, called with what Sphinx hands to
the listeners of that event; all of them share one object, ``app.web`` (see ``state``).
"""

from __future__ import annotations

from . import (
    address,
    api,
    cells,
    downloads,
    equations,
    explorables,
    front,
    indexes,
    katex,
    notebooks,
    notes,
    running,
    search,
    state,
    templates,
    theme,
    trimming,
    warnings,
)

PARTS = (  # those that have a ``setup``; the first one starts a kernel
    running,
    warnings,
    address,
    katex,
    theme,
    templates,
    cells,
    indexes,
    equations,
    explorables,
    front,
    notes,
    api,
    downloads,
)
# what stands on a page and is decided by others
SAY = (cells.says, indexes.says, equations.says, explorables.says)

FIRST, LAST = 100, 900  # before, and after, what Sphinx and its other extensions do at an event
STEPS = (
    # Sphinx loads its extensions. Meanwhile a kernel starts, for the chapter that runs first.
    ("config-inited", LAST, templates.use_templates),
    # The book: its chapters are read and checked; a fault in them ends the build.
    ("builder-inited", LAST, state.load),
    ("builder-inited", LAST, katex.start),
    ("builder-inited", LAST, explorables.start),
    ("builder-inited", LAST, api.find_module),
    ("builder-inited", LAST, search.use_our_search),
    # Which pages are read again? Those that changed, says Sphinx; and these.
    ("env-get-outdated", LAST, warnings.begin),
    ("env-get-outdated", LAST, warnings.start_afresh),
    ("env-get-outdated", LAST, cells.outdated),
    ("env-get-outdated", LAST, notes.outdated),
    ("env-get-outdated", LAST, equations.begin),  # names none: a check begins beside the chapters
    # A page that is gone is forgotten; one that is read again, in ``forget_pages`` below.
    ("env-purge-doc", LAST, state.forget_page),
    # The chapters run, one on each processor; a cell that fails is told by chapter and line.
    # Meanwhile the equations are checked.
    ("env-before-read-docs", LAST, running.execute_chapters),
    ("env-before-read-docs", LAST, equations.collect),
    ("env-before-read-docs", LAST, state.forget_pages),
    # Each page is read: MyST-NB gets the executed notebook in the place of the text.
    ("source-read", LAST, cells.hand_over),
    ("autodoc-process-docstring", LAST, api.link_equations),
    # Its transforms have run by now, such as ``cells.Weave``.
    ("doctree-read", LAST, warnings.check_pictures),
    ("doctree-read", LAST, api.add_origins),
    # Which pages are written again, though nobody changed them? Chapters have their numbers by now.
    ("env-get-updated", LAST, downloads.forget_print),
    ("env-get-updated", LAST, state.rewritten),
    ("env-get-updated", LAST, address.check_moved),  # names none
    # Each page is written: formulas, heads of cells, and indexes become HTML.
    ("write-started", LAST, trimming.forget),
    ("write-started", LAST, explorables.copy_files),
    # For each page: its visitors have run by now, such as ``cells.visit_cell_head``.
    ("html-page-context", FIRST, notebooks.offer),
    ("html-page-context", FIRST, theme.fold_parts),
    ("html-page-context", FIRST, theme.add_boxes),
    ("html-page-context", FIRST, theme.break_names),
    ("html-page-context", LAST, theme.lead_past_asides),
    ("html-page-context", LAST, templates.size_images),
    ("html-page-context", LAST, address.name_card),
    ("html-page-context", LAST, explorables.add_files),
    ("html-page-context", LAST, templates.defer_scripts),
    ("html-page-context", LAST, search.write_extracts),
    # Here the template is filled in, by ``templates.PageTemplates``, which puts the page right.
    # The site is finished: pages beside the book, no file that nobody needs, the downloads.
    ("build-finished", FIRST, running.stop_kernels),
    ("build-finished", FIRST, address.write_moved_pages),
    ("build-finished", FIRST, address.write_sitemap),
    ("build-finished", FIRST, address.write_missing_page),
    ("build-finished", FIRST, search.write_index),
    ("build-finished", LAST, trimming.trim),
    ("build-finished", LAST, explorables.write_parts),
    ("build-finished", LAST, downloads.pack),
    ("build-finished", LAST, warnings.end),
    ("build-finished", LAST, running.fail),
)


def setup(app) -> dict:
    """Set the parts up, and connect the steps."""
    app.web = state.State(app, SAY)
    for part in PARTS:
        part.setup(app)
    for event, priority, step in STEPS:
        app.connect(event, step, priority=priority)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
