"""What Ostler answers, believed only if it is about the hosts asked for."""

import collections

# Whether the host passes, how well it would do from 0 to 100, the code of its
# refusal, and the ids of its candidates that are left (None for all of them).
Verdict = collections.namedtuple('Verdict', 'passes score code candidates')


class Answer:
    """The verdict about each host."""

    def __init__(self, decision_id, mode, verdicts):
        self.decision_id = decision_id
        self.mode = mode
        self.verdicts = verdicts

    def refusals(self):
        """How many hosts were refused, by code."""
        return dict(collections.Counter(
            v.code for v in self.verdicts.values() if not v.passes))

    def scores(self):
        """Each passing host's score."""
        return {host: v.score for host, v in self.verdicts.items() if v.passes}


def read(document, question):
    """Turns the answer's document into an answer.

    :raises ValueError: if it is anything but one verdict about each host that
        was asked for, in the same order.
    """
    version = _of(document, 'version', int)
    if version != question['version']:
        raise ValueError(f'it has version {version}')
    verdicts = _of(document, 'hosts', list)
    asked = question['hosts']
    if len(verdicts) != len(asked):
        raise ValueError(
            f'it has {len(verdicts)} hosts, and {len(asked)} were asked for')
    return Answer(
        _of(document, 'decision_id', str)[:64],
        _of(document, 'mode', str)[:64],
        {host['host']: _verdict(verdict, host)
         for host, verdict in zip(asked, verdicts)})


def _verdict(document, asked):
    host = _of(document, 'host', str)
    if host != asked['host']:
        raise ValueError(
            f"it has host '{host[:253]}' in the place of '{asked['host']}'")
    score = _of(document, 'score', int)
    if not 0 <= score <= 100:
        raise ValueError(f"the score of host '{host}' is not from 0 to 100")
    code = document.get('code')
    if not isinstance(code, (str, type(None))):
        raise ValueError(f"the code of host '{host}' is no text")
    return Verdict(
        _of(document, 'pass', bool), score, (code or '')[:64],
        _candidates(document, asked))


def _candidates(document, asked):
    if document.get('candidates') is None:
        return None
    left = _of(document, 'candidates', list)
    known = {one['id'] for one in asked.get('candidates', [])}
    if not all(isinstance(one, str) and one in known for one in left):
        raise ValueError(
            f"host '{asked['host']}' has candidates that were not asked for")
    return frozenset(left)


def _of(document, name, kind):
    value = document.get(name) if isinstance(document, dict) else None
    # So that true is no number, as Python has it.
    if type(value) is not kind:
        raise ValueError(f"its '{name}' is no {kind.__name__}")
    return value
