# Asks process 1 for the browser, which alone may start it: a new window where it runs already.
: </dev/tcp/127.0.0.1/3129
