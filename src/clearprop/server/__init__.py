"""What the studio and the service share: who may come in, and the socket they listen on."""
