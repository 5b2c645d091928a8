package ostler.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an operator types, what the command and the allocator then say to each other, and what the
 * operator sees, in one file that people can read:
 *
 * <pre>
 * # a sentence that the conversation keeps
 * $ ostler unit show 3f9c21aa
 * env NAME=VALUE        (any number)
 * terminals in,out,err  (which streams are terminals; none unless said)
 * answers y             (what is typed when asked)
 * > GET /v1/units?limit=1000
 * {"a body":"where there is one"}
 * < 200
 * {"items":[]}
 * = exit 3
 * = stdout
 * ...
 * = stderr
 * ...
 * </pre>
 */
record Conversation(
    Path file,
    String promise,
    String command,
    Settings settings,
    List<Exchange> exchanges,
    Seen seen) {

  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  /** What surrounds the command. */
  record Settings(
      Map<String, String> environment, Set<Terminal.Stream> terminals, String answers) {}

  /** One call that the allocator expects, and its answer. */
  record Exchange(String method, String path, String body, int status, String answer) {}

  /** What the operator sees. */
  record Seen(int exit, String stdout, String stderr) {}

  List<String> words() {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(command);
    while (word.find()) {
      words.add(word.group(1) == null ? word.group(2) : word.group(1));
    }
    return words;
  }

  static Conversation read(Path file) throws IOException {
    return new Reader(file).read(lines(file));
  }

  /** Only a line feed ends a line: CSV has carriage returns before it. */
  private static List<String> lines(Path file) throws IOException {
    return List.of(Files.readString(file).split("\n"));
  }

  /** Writes the file anew with what was seen this time. */
  void rewrite(Seen now) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : lines(file)) {
      if (line.startsWith("= exit")) {
        break;
      }
      text.append(line).append('\n');
    }
    text.append("= exit ").append(now.exit()).append('\n');
    text.append("= stdout\n").append(now.stdout());
    text.append("= stderr\n").append(now.stderr());
    Files.writeString(file, text);
  }

  /** Reads a file line by line; each line that begins with a sign starts a new part. */
  private static final class Reader {
    private final Path file;
    private String promise = "";
    private String command = "";
    private String answers = "";
    private final Map<String, String> environment = new LinkedHashMap<>();
    private final Set<Terminal.Stream> terminals = EnumSet.noneOf(Terminal.Stream.class);
    private final List<Exchange> exchanges = new ArrayList<>();
    private String[] request = {"", ""};
    private String body = "";
    private int status;
    private int exit;
    private String stdout = "";
    private String stderr = "";

    Reader(Path file) {
      this.file = file;
    }

    Conversation read(List<String> lines) {
      int at = 0;
      while (at < lines.size()) {
        int end = at + 1;
        while (end < lines.size() && !isHead(lines.get(end), lines.get(at))) {
          end++;
        }
        part(lines.get(at), lines.subList(at + 1, end));
        at = end;
      }
      return new Conversation(
          file,
          promise,
          command,
          new Settings(environment, terminals, answers),
          exchanges,
          new Seen(exit, stdout, stderr));
    }

    /** What was printed may begin with anything but the next part's own head. */
    private static boolean isHead(String line, String current) {
      return switch (current) {
        case "= stdout" -> line.equals("= stderr");
        case "= stderr" -> false;
        default -> line.matches("[#$><=] .*|(env|terminals|answers) .*");
      };
    }

    private void part(String head, List<String> below) {
      String rest = head.substring(head.indexOf(' ') + 1);
      String text = String.join("\n", below);
      switch (head.substring(0, head.indexOf(' '))) {
        case "#" -> promise = rest;
        case "$" -> command = rest;
        case "env" -> environment.put(rest.split("=", 2)[0], rest.split("=", 2)[1]);
        case "terminals" -> {
          for (String name : rest.split(",")) {
            terminals.add(Terminal.Stream.valueOf(name.toUpperCase(Locale.ROOT)));
          }
        }
        case "answers" -> answers = rest + "\n";
        case ">" -> {
          request = rest.split(" ", 2);
          body = text;
        }
        case "<" -> {
          status = Integer.parseInt(rest);
          exchanges.add(new Exchange(request[0], request[1], body, status, text));
        }
        default -> result(rest, below.isEmpty() ? "" : text + "\n");
      }
    }

    private void result(String what, String text) {
      switch (what) {
        case "stdout" -> stdout = text;
        case "stderr" -> stderr = text;
        default -> exit = Integer.parseInt(what.substring("exit ".length()));
      }
    }
  }
}
