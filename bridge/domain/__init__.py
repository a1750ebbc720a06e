"""What the house is about, free of any framework: model, states, retries and errors."""
