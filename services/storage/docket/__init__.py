"""The docket in the store: laws, matters and votes."""
