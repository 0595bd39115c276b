"""The page people chat in, made with Gradio."""
