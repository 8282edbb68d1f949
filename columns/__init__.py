"""Brand series (栏目): numbered items with text, pictures, sound or video, in the chat and as pages."""
