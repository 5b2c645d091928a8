package ostler.cli.print;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Values as an answer may hold them, and texts that writers get wrong. */
final class RandomTree {

  private static final List<String> HARD =
      List.of(
          "",
          " ",
          "-",
          "?",
          ":",
          "~",
          "null",
          "Null",
          "true",
          "No",
          "on",
          "y",
          "1",
          "-1",
          "0x1f",
          "1e3",
          ".5",
          "1_000",
          "0000:01:00.0",
          "12:34:56",
          "2026-03-04",
          "2026-03-04T05:06:07Z",
          "- a",
          "a: b",
          "a #b",
          "#",
          "'",
          "\"",
          "\\",
          "a\nb",
          "a\r\nb",
          "\t",
          "\u0000",
          "\u001b[2J",
          "\u0085",
          "\u00a0",
          "\u2028",
          "\ufeff",
          "\ufffe",
          "\ud83d\ude00",
          "日本",
          "{",
          "}",
          "[",
          "&a",
          "*a",
          "!a",
          "|",
          ">",
          "%",
          "@",
          "`",
          "=",
          "<<",
          "---",
          "...",
          "a,b",
          ",",
          "NaN",
          ".inf");

  private final Random random;

  RandomTree(long seed) {
    this.random = new Random(seed);
  }

  Object value(int depth) {
    return switch (random.nextInt(depth > 0 ? 8 : 5)) {
      case 0 -> random.nextLong();
      case 1 -> random.nextBoolean();
      case 2 ->
          random.nextBoolean()
              ? null
              : (random.nextDouble() - 0.5) * Math.pow(10, random.nextInt(60) - 30);
      case 3, 4 -> text();
      case 5 -> list(depth);
      default -> map(depth);
    };
  }

  String text() {
    StringBuilder text = new StringBuilder(HARD.get(random.nextInt(HARD.size())));
    for (int i = random.nextInt(3); i > 0; i--) {
      text.append(HARD.get(random.nextInt(HARD.size())));
    }
    return text.toString();
  }

  private List<Object> list(int depth) {
    List<Object> list = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      list.add(value(depth - 1));
    }
    return list;
  }

  private Map<String, Object> map(int depth) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      map.put(text(), value(depth - 1));
    }
    return map;
  }
}
