"""The audits fill the site as the tests of the pages do."""

from tests.web.conftest import show

__all__ = ["show"]
