package ostler.demo;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** What the story saw: measured figures, and promises with whether they were kept. */
final class Findings {

  /** Figures that every summary has; null means that nobody looked. */
  private static final List<String> ALWAYS =
      List.of(
          "story",
          "kernel",
          "groups",
          "unit",
          "members",
          "secret_bytes",
          "secret_found_after_kill",
          "secret_found_after_reset",
          "offered_after_reset",
          "secret_found_after_scrub",
          "coverage",
          "wipe",
          "wipe_level",
          "chain_verified",
          "states",
          "preparation_seconds",
          "seconds",
          "failure");

  private final Narrator narrator;
  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final List<Map<String, Object>> promises = new ArrayList<>();

  Findings(Narrator narrator) {
    this.narrator = narrator;
    ALWAYS.forEach(name -> figures.put(name, null));
  }

  /** Notes a figure: a text, number, truth, list or map. */
  void put(String name, Object value) {
    figures.put(name, value);
  }

  /** Notes whether something promised was seen, and says so. */
  void promise(String sentence, boolean kept) {
    promises.add(Map.of("promise", sentence, "seen", kept));
    narrator.promise(sentence, kept);
  }

  /** Whether the story was told to its end and every promise in it was seen. */
  boolean allKept() {
    return figures.get("failure") == null
        && !promises.isEmpty()
        && promises.stream().allMatch(promise -> Boolean.TRUE.equals(promise.get("seen")));
  }

  /** The summary, one line. */
  String json() {
    Map<String, Object> summary = new LinkedHashMap<>(figures);
    summary.put("promises", promises);
    summary.put("ok", allKept());
    return new JsonMapper().writeValueAsString(summary);
  }
}
