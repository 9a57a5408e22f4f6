"""Each case of a test once over each combination of transports."""

import sys

TRANSPORTS = {
    "WebSocket": ["websocket"],
    "Polling": ["polling"],
    "PollingThenWebSocket": ["polling", "websocket"],
}


def over_each_transport(base):
    """Makes of a class of cases a test class for each combination; `base` is what these are besides."""

    def decorate(cases):
        module = sys.modules[cases.__module__]
        for name, transports in TRANSPORTS.items():
            name = f"{cases.__name__}Over{name}"
            fields = {"transports": transports, "__module__": cases.__module__, "__qualname__": name}
            setattr(module, name, type(name, (cases, base), fields))
        return cases

    return decorate
