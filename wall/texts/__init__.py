"""What people write for the public: words that keep it back (`words`), and what is somebody's own in it (`personal`)."""
