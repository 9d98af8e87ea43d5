"""Starts LocalStack on 127.0.0.1 alone: its server takes the port of GATEWAY_LISTEN but listens on every interface."""

from twisted.internet import endpoints


class LoopbackEndpoint(endpoints.TCP4ServerEndpoint):
    def __init__(self, reactor, port, backlog=50, interface=""):
        super().__init__(reactor, port, backlog, "127.0.0.1")


endpoints.TCP4ServerEndpoint = LoopbackEndpoint

from localstack.runtime.main import main  # noqa: E402  (it must find the class above)

main()
