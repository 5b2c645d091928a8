package ostler.capture;

import java.util.Map;
import ostler.capture.HostTree.Entry;
import ostler.wire.WireException;

/**
 * A host as one text file: diff-friendly, one line for each entry, readable by eye.
 *
 * <pre>
 * ostler-host 1
 * # comments, at the head
 * file PATH CONTENT
 * link PATH TARGET
 * dir PATH
 * lost PATH REASON
 * </pre>
 *
 * <p>Paths have no leading slash. A backslash, a line's end and every byte that is not printable
 * ASCII are written as {@code \\}, {@code \n} and {@code \xNN}, and so is a space in a path.
 */
final class HostTreeText {

  private static final String HEAD = "ostler-host 1";

  /** A whole host with hundreds of functions takes about a megabyte. */
  private static final int MAX_CHARS = 256 * 1024 * 1024;

  private static final int MAX_LINE_CHARS = 128 * 1024;

  private HostTreeText() {}

  static String write(HostTree tree) {
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    for (String comment : tree.comments()) {
      text.append(("# " + comment).stripTrailing()).append('\n');
    }
    for (Map.Entry<String, Entry> each : tree.entries().entrySet()) {
      text.append(line(escape(each.getKey(), true), each.getValue())).append('\n');
    }
    return text.toString();
  }

  static HostTree parse(String text) throws WireException {
    if (text.length() > MAX_CHARS) {
      throw new WireException("", "is longer than " + MAX_CHARS + " characters");
    }
    HostTree tree = new HostTree();
    String[] lines = text.split("\n");
    if (!lines[0].equals(HEAD)) {
      throw new WireException("line 1", "is not \"" + HEAD + '"');
    }
    for (int i = 1; i < lines.length; i++) {
      try {
        parseLine(lines[i], tree);
      } catch (IllegalArgumentException e) {
        throw new WireException("line " + (i + 1), e.getMessage());
      }
    }
    return tree;
  }

  private static String line(String path, Entry entry) {
    if (entry instanceof Entry.File file) {
      return "file " + path + ' ' + escape(file.content(), false);
    }
    if (entry instanceof Entry.Link link) {
      return "link " + path + ' ' + escape(link.target(), false);
    }
    return entry instanceof Entry.Lost lost
        ? "lost " + path + ' ' + escape(lost.reason(), false)
        : "dir " + path;
  }

  private static void parseLine(String line, HostTree tree) {
    if (line.length() > MAX_LINE_CHARS) {
      throw new IllegalArgumentException("is longer than " + MAX_LINE_CHARS + " characters");
    }
    if (line.startsWith("#")) {
      tree.comment(line.substring(Math.min(2, line.length())));
      return;
    }
    String[] words = line.split(" ", 3);
    if (words.length < 2) {
      throw new IllegalArgumentException("is not a kind and a path");
    }
    String path = unescape(words[1]);
    String rest = words.length == 3 ? unescape(words[2]) : "";
    tree.put(
        path,
        switch (words[0]) {
          case "file" -> new Entry.File(rest);
          case "link" -> new Entry.Link(rest);
          case "dir" -> new Entry.Directory();
          case "lost" -> new Entry.Lost(rest);
          default -> throw new IllegalArgumentException("is none of file, link, dir and lost");
        });
  }

  private static String escape(String text, boolean path) {
    StringBuilder escaped = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\') {
        escaped.append("\\\\");
      } else if (c == '\n') {
        escaped.append("\\n");
      } else if (c < ' ' || c > '~' || (path && c == ' ')) {
        escaped.append(String.format("\\x%02x", c & 0xff));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static String unescape(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      String rest = text.substring(i + 1, Math.min(i + 4, text.length()));
      if (rest.startsWith("\\") || rest.startsWith("n")) {
        plain.append(rest.startsWith("n") ? '\n' : '\\');
        i++;
      } else if (rest.matches("x[0-9a-f]{2}")) {
        plain.append((char) Integer.parseInt(rest, 1, 3, 16));
        i += 3;
      } else {
        throw new IllegalArgumentException("has a backslash that escapes nothing");
      }
    }
    return plain.toString();
  }
}
