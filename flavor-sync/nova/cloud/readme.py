"""The commands in the README, on folders of their own instead of the machine's."""

import os
import re
import shlex
import shutil
import subprocess

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), '../../..'))

_DEADLINE_SECONDS = 120
_BLOCK = re.compile(r'^## With Nova$.*?^```\n(.*?)^```$', re.M | re.S)


def commands():
    """The lines of the first block in the section about Nova."""
    with open(os.path.join(TOP, 'README.md'), encoding='utf-8') as file:
        return _BLOCK.search(file.read()).group(1).splitlines()


def words(command):
    """Without what is only said to the reader or to the shell."""
    return [word for word in shlex.split(command, comments=True) if word != '&']


class Machine:
    """Ostler as it is installed, and what stands for the machine's folders."""

    def __init__(self, folder):
        self.etc = os.path.join(folder, 'etc/nova')
        self.python = os.path.join(folder, 'python')
        self._home = os.path.join(folder, 'ostler')
        for made in (os.path.join(self.etc, 'nova.conf.d'), self.python,
                     os.path.join(self._home, 'lib'),
                     os.path.join(self._home, 'bin')):
            os.makedirs(made)
        shutil.copy(os.path.join(TOP, 'ostler'), self._home)
        shutil.copy(os.path.join(
            TOP, 'allocator/cli/src/main/dist/bin/ostler-cli'),
            os.path.join(self._home, 'bin'))
        for name in ('server', 'cli'):
            os.symlink(os.path.join(TOP, 'allocator', name, 'target/app'),
                       os.path.join(self._home, 'lib', name))

    def program(self, command):
        """The words that start Ostler as the command does."""
        name, *rest = words(command)
        return [os.path.join(self._home, name), *rest]

    def run(self, command, allocator, **variables):
        """Lets a shell run the command against the allocator."""
        for there, here in (
                ('/etc/nova', self.etc),
                ('/usr/lib/python3/dist-packages', self.python),
                ('~/.local/share/ostler', os.path.dirname(
                    allocator.token_file))):
            command = command.replace(there, here)
        ran = subprocess.run(
            ['bash', '-euc', command], cwd=TOP, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=_DEADLINE_SECONDS, env=dict(
                os.environ, PATH=self._home + ':' + os.environ['PATH'],
                OSTLER_URL=allocator.url, OSTLER_NO_ARCHIVE='1',
                OSTLER_TOKEN_FILE=allocator.token_file, **variables))
        if ran.returncode != 0:
            raise AssertionError(f'{command}: {ran.returncode}\n{ran.stdout}')
