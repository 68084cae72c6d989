"""Uploaded CSVs of people to call become leads, lists, campaign leads and analytics tables."""
