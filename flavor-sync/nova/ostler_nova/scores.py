"""The scores of the requests that are being scheduled now.

The filter puts them here and the weigher takes them. They are kept by the
request spec, the one object that the scheduler hands to both, and go with it,
so they can neither pile up nor be taken for another request's.
"""

import threading
import weakref

_lock = threading.Lock()
_scores = weakref.WeakKeyDictionary()


def remember(spec, scores):
    """Keeps the hosts' scores for as long as the request is scheduled."""
    with _lock:
        _scores[spec] = scores


def forget(spec):
    """What was said before about another instance of the same request."""
    with _lock:
        _scores.pop(spec, None)


def of(spec, host):
    """The host's score, 0 where nobody asked for it."""
    with _lock:
        return _scores.get(spec, {}).get(host, 0)
