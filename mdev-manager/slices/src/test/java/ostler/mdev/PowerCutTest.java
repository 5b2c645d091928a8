package ostler.mdev;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import ostler.inventory.MdevTypeId;
import ostler.root.FakeKernel;

/**
 * A kill before every single change to disk or kernel leaves, after the next verb, no slice that is
 * not in the books and no record that lies; and the same order again is carried out.
 */
class PowerCutTest {

  private static final Pattern RECORD =
      Pattern.compile("\"slice\":\"([0-9a-f-]{36})\"[^{}]*\"phase\":\"live\"");

  @TempDir Path folder;

  /** A host for each place of the kill. */
  @FunctionalInterface
  private interface Making {
    FakeCard card(Path root) throws IOException;
  }

  private void killEverywhere(
      Making making,
      List<Function<Caller, Request>> before,
      Function<Caller, Request> killed,
      int slicesAfter)
      throws IOException {
    for (int change = 0; ; change++) {
      FakeCard card = making.card(Files.createDirectory(folder.resolve("c" + change)));
      Caller caller = new Caller(card);
      before.forEach(step -> caller.ok(step.apply(caller)));
      Request request = killed.apply(caller);
      card.cutPowerAfter(change);
      boolean dies = dies(caller, request);
      assertEquals(dies, card.powerReturns());
      // Another verb on the same card, whatever comes of it, makes the books true.
      caller.run(caller.remove(caller.draw(), caller.fence(2)));
      booksAreTrue(card, caller, "killed before change " + change);
      caller.ok(request);
      booksAreTrue(card, caller, "repeated after a kill before change " + change);
      assertEquals(slicesAfter, records(caller).size());
      card.guard.close();
      if (!dies) {
        assertTrue(change > 3, "the verb makes more changes than " + change);
        return;
      }
    }
  }

  private static boolean dies(Caller caller, Request request) {
    try {
      caller.ok(request);
      return false;
    } catch (FakeKernel.PowerCut e) {
      return true;
    }
  }

  private static void booksAreTrue(FakeCard card, Caller caller, String where) throws IOException {
    String list = caller.ok(caller.list());
    assertTrue(list.contains("\"foreign\":[]"), where + ": " + list);
    assertTrue(!list.contains("\"seen\":\"absent\""), where + ": " + list);
    assertTrue(!list.contains("\"seen\":\"other\""), where + ": " + list);
    assertTrue(!list.contains("\"phase\":\"creating\""), where + ": " + list);
    assertTrue(!list.contains("\"phase\":\"removing\""), where + ": " + list);
    if (!card.slices().isEmpty()) {
      assertEquals(card.slices(), records(caller), where);
    }
  }

  private static List<String> records(Caller caller) {
    List<String> found = new ArrayList<>();
    Matcher records = RECORD.matcher(caller.ok(caller.list()));
    while (records.find()) {
      found.add(records.group(1));
    }
    return found.stream().sorted().toList();
  }

  private static FakeCard mediated(Path root) throws IOException {
    return FakeCard.mediated(root, false);
  }

  private static Wish defined() {
    return new Wish(
        SliceKind.MDEV,
        Optional.empty(),
        Optional.of(new MdevTypeId("nvidia-11")),
        Optional.empty(),
        true);
  }

  private static SliceId same() {
    return SliceId.of(new ostler.root.Word("9b3ac5ef-5d10-4a12-8a6c-1e0f2a7b9c55")).orElseThrow();
  }

  @Test
  void createIsKilled() throws IOException {
    killEverywhere(
        PowerCutTest::mediated, List.of(), caller -> caller.create(same(), defined()), 1);
  }

  @Test
  void removeIsKilled() throws IOException {
    killEverywhere(
        PowerCutTest::mediated,
        List.of(
            caller -> caller.create(same(), defined()),
            caller -> caller.create(caller.draw(), Caller.mediated("nvidia-12"))),
        caller -> caller.remove(same()),
        1);
  }

  @Test
  void restoreIsKilledAndGoesOn() throws IOException {
    for (int change = 0; ; change++) {
      FakeCard card = mediated(Files.createDirectory(folder.resolve("r" + change)));
      Caller caller = new Caller(card);
      caller.ok(caller.create(same(), defined()));
      caller.ok(caller.create(caller.draw(), Caller.mediated("nvidia-12")));
      card.reboot();
      card.cutPowerAfter(change);
      boolean dies = dies(caller, caller.restore());
      assertEquals(dies, card.powerReturns());
      caller.ok(caller.restore());
      booksAreTrue(card, caller, "killed before change " + change);
      assertEquals(2, card.slices().size());
      card.guard.close();
      if (!dies) {
        return;
      }
    }
  }

  @Test
  void anySequenceOfOrdersAndKillsKeepsTheBooksTrue() throws IOException {
    for (long seed = 1; seed <= 12; seed++) {
      FakeCard card = mediated(Files.createDirectory(folder.resolve("s" + seed)));
      Caller caller = new Caller(card, seed);
      Random random = new Random(seed);
      List<SliceId> known = new ArrayList<>();
      for (int step = 0; step < 15; step++) {
        Request request = anyOrder(caller, random, known);
        if (random.nextInt(3) > 0) {
          card.cutPowerAfter(random.nextInt(14));
        }
        try {
          caller.run(request);
        } catch (FakeKernel.PowerCut e) {
          assertTrue(card.powerReturns());
        }
        card.powerReturns();
        if (random.nextInt(8) == 0) {
          card.reboot();
        }
        caller.ok(caller.restore());
        booksAreTrue(card, caller, "seed " + seed + ", step " + step + ", " + request.verb());
      }
      card.guard.close();
    }
  }

  private static Request anyOrder(Caller caller, Random random, List<SliceId> known) {
    if (known.isEmpty() || random.nextBoolean()) {
      known.add(caller.draw());
      String type = random.nextBoolean() ? "nvidia-11" : "nvidia-12";
      return caller.create(known.get(known.size() - 1), Caller.mediated(type));
    }
    return caller.remove(known.get(random.nextInt(known.size())));
  }
}
