"""The product with a sample, a clock that runs fast, and a stand-in for a webcast vendor."""
