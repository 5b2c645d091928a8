package ostler.agent.reconcile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.agent.host.Story;

/**
 * The agent may die anywhere: nobody gets what is not his, and nothing is called clean that is not.
 */
final class CrashTest {

  @TempDir Path folder;

  /** Counts what it is told, and crashes at one of it. */
  private static final class Fuse implements Consumer<String> {

    private final int burnsAt;
    private int count;

    Fuse(int burnsAt) {
      this.burnsAt = burnsAt;
    }

    @Override
    public void accept(String event) {
      count++;
      if (count == burnsAt) {
        throw new Story.Crash();
      }
    }
  }

  private Story story(String name) throws IOException {
    return new Story(folder.resolve(name));
  }

  @Test
  void withoutACrashTheStoryIsToldToItsEnd() throws Exception {
    try (Story story = story("s")) {
      story.tell();
      assertEquals(2, story.accepted().size());
      assertEquals(
          List.of(
              "bind", "holders", "reset", "scrub", "holders", "permit", "forbid", "holders",
              "reset", "scrub", "holders", "permit", "forbid", "release"),
          story.root().verbs());
    }
  }

  @Test
  void aCrashAfterAnyJournalledStepEndsTheSame() throws Exception {
    int events = count(story("n"), true);
    assertTrue(events > 30, events + " events");
    for (int at = 1; at <= events; at++) {
      try (Story story = story("e" + at)) {
        story.onEvent(new Fuse(at));
        story.tell();
        assertEquals(1, story.crashes(), "crash at event " + at);
      }
    }
  }

  @Test
  void aCrashAfterRootActedAndBeforeThatIsJournalledEndsTheSame() throws Exception {
    int verbs = count(story("n"), false);
    for (int at = 1; at <= verbs; at++) {
      try (Story story = story("v" + at)) {
        story.root().afterEach(new Fuse(at));
        story.tell();
        assertEquals(1, story.crashes(), "crash at verb " + at);
      }
    }
  }

  @Test
  void aBootAfterAnyJournalledStepEndsTheSame() throws Exception {
    int events = count(story("n"), true);
    for (int at = 1; at <= events; at++) {
      try (Story story = story("b" + at)) {
        story.bootWhenItCrashes();
        story.onEvent(new Fuse(at));
        story.tell();
        assertEquals(1, story.crashes(), "boot at event " + at);
      } catch (AssertionError e) {
        throw new AssertionError("boot at event " + at, e);
      }
    }
  }

  private static int count(Story story, boolean events) throws Exception {
    List<String> seen = new ArrayList<>();
    try (story) {
      if (events) {
        story.onEvent(seen::add);
      } else {
        story.root().afterEach(seen::add);
      }
      story.tell();
    }
    return seen.size();
  }

  @Test
  void manyCrashesInOneStoryEndTheSame() throws Exception {
    long seed = 20_261_120;
    Random random = new Random(seed);
    for (int round = 0; round < 12; round++) {
      try (Story story = story("r" + round)) {
        Consumer<String> dice =
            event -> {
              if (random.nextInt(12) == 0) {
                throw new Story.Crash();
              }
            };
        story.onEvent(dice);
        story.root().afterEach(dice);
        story.tell();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + " round " + round, e);
      }
    }
  }
}
