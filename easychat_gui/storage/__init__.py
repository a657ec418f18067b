"""The database: every conversation and message. Used on the store thread only (`workers.store_executor`)."""
