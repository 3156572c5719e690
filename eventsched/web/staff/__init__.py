"""Where the investor-relations team works. Every page but the sign-in asks who is there."""

from flask import Flask

from eventsched.domain.second_person import SecondPersonNeeded
from eventsched.domain.staff import NotPermitted
from eventsched.web.errors import error_page
from eventsched.web.staff import (
    accounts,
    backup,
    board,
    company,
    counts,
    decisions,
    documents,
    editor,
    export,
    first_run,
    forgotten,
    guard,
    history,
    imports,
    mail,
    privacy,
    releases,
    replays,
    rules,
    second_person,
    team,
)


def register(app: Flask) -> None:
    """Add the staff pages to `app`."""
    guard.set_up(app)
    app.register_error_handler(
        NotPermitted, lambda refused: error_page(403, f"{refused} It has been noted.")
    )
    app.register_error_handler(SecondPersonNeeded, lambda needed: error_page(409, str(needed)))
    for blueprint in (
        accounts.bp,
        board.bp,
        first_run.bp,
        company.bp,
        editor.bp,
        decisions.bp,
        documents.bp,
        backup.bp,
        history.bp,
        second_person.bp,
        releases.bp,
        replays.bp,
        rules.bp,
        team.bp,
        export.bp,
        imports.bp,
        mail.bp,
        counts.bp,
        forgotten.bp,
        privacy.bp,
    ):
        app.register_blueprint(blueprint)
