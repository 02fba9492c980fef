"""How a stage runs on Kafka: transactions, retries, quarantine, metrics, health."""
