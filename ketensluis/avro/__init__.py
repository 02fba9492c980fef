"""Avro in Confluent wire format: schemas, their ids, and their compatibility."""
