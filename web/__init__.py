"""Programs come in here: JSON API, webhooks, health, metrics."""
