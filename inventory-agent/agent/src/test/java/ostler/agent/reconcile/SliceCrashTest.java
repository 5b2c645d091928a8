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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import ostler.agent.host.SliceStory;
import ostler.agent.host.Story;
import ostler.inventory.UnitKind;

/**
 * The agent may die anywhere in the life of slices: no unit ever is two of them, nobody meets
 * another's data, and nothing is called clean that somebody had since.
 */
final class SliceCrashTest {

  @TempDir Path folder;

  private SliceStory story(String name, UnitKind kind) throws IOException {
    return new SliceStory(folder.resolve(name), kind);
  }

  /** Crashes at the one of the things that it is told. */
  private static Consumer<String> fuse(int burnsAt) {
    int[] count = {0};
    return event -> {
      count[0]++;
      if (count[0] == burnsAt) {
        throw new Story.Crash();
      }
    };
  }

  @ParameterizedTest
  @EnumSource(names = {"MDEV", "VENDOR_VF", "MIG"})
  void withoutACrashTheStoryIsToldToItsEnd(UnitKind kind) throws Exception {
    try (SliceStory story = story("s", kind)) {
      story.tell();
      assertEquals(2, story.accepted(SliceStory.ONE).size());
      assertEquals(
          List.of(
              "create", "permit", "create", "permit", "forbid", "remove", "create", "permit",
              "forbid", "forbid", "remove", "remove"),
          story.slices().verbs().stream().filter(verb -> !verb.equals("functions")).toList());
    }
  }

  @Test
  void aCrashAfterAnyJournalledStepEndsTheSame() throws Exception {
    UnitKind kind = UnitKind.MDEV;
    int events = count(story("n", kind), true);
    assertTrue(events > 50, events + " events");
    for (int at = 1; at <= events; at++) {
      try (SliceStory story = story("e" + at, kind)) {
        story.onEvent(fuse(at));
        story.tell();
        assertEquals(1, story.crashes(), "crash at event " + at);
      } catch (AssertionError e) {
        throw new AssertionError("crash at event " + at, e);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MDEV", "VENDOR_VF", "MIG"})
  void aCrashAfterRootActedAndBeforeThatIsJournalledEndsTheSame(UnitKind kind) throws Exception {
    int verbs = count(story("n", kind), false);
    for (int at = 1; at <= verbs; at++) {
      try (SliceStory story = story("v" + at, kind)) {
        story.afterEach(fuse(at));
        story.tell();
        assertEquals(1, story.crashes(), "crash at verb " + at);
      } catch (AssertionError e) {
        throw new AssertionError("crash at verb " + at, e);
      }
    }
  }

  @Test
  void aBootAfterAnyJournalledStepEndsTheSame() throws Exception {
    UnitKind kind = UnitKind.VENDOR_VF;
    int events = count(story("n", kind), true);
    for (int at = 1; at <= events; at++) {
      try (SliceStory story = story("b" + at, kind)) {
        story.bootWhenItCrashes();
        story.onEvent(fuse(at));
        story.tell();
        assertEquals(1, story.crashes(), "boot at event " + at);
      } catch (AssertionError e) {
        throw new AssertionError("boot at event " + at, e);
      }
    }
  }

  private static int count(SliceStory story, boolean events) throws Exception {
    List<String> seen = new ArrayList<>();
    try (story) {
      if (events) {
        story.onEvent(seen::add);
      } else {
        story.afterEach(seen::add);
      }
      story.tell();
    }
    return seen.size();
  }

  @Test
  void manyCrashesInOneStoryEndTheSame() throws Exception {
    long seed = 20_261_121;
    Random random = new Random(seed);
    for (int round = 0; round < 8; round++) {
      UnitKind kind = round % 2 == 0 ? UnitKind.MDEV : UnitKind.VENDOR_VF;
      try (SliceStory story = story("r" + round, kind)) {
        Consumer<String> dice =
            event -> {
              if (random.nextInt(15) == 0) {
                throw new Story.Crash();
              }
            };
        story.onEvent(dice);
        story.afterEach(dice);
        story.tell();
      } catch (AssertionError e) {
        throw new AssertionError("seed " + seed + " round " + round, e);
      }
    }
  }
}
