"""The letters of drawn pictures: Liberation 2.1.5, under the licence beside this file."""
