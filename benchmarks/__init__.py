"""What is measured: start-up, keys and durable coding, each beside a floor. Run with `make bench`."""
