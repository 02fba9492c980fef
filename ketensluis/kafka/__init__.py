"""Apache Kafka itself: a local broker from wheels, and the topics of the chain."""
