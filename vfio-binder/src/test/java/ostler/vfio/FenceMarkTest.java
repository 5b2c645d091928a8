package ostler.vfio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Fence;
import ostler.pci.PciAddress;
import ostler.pci.PciId;

/** Which orders pass after which, for every pair of verbs. */
class FenceMarkTest {

  private static final Fence SEEN = new Fence(2, 10);

  private static FenceMark seen(Verb verb) {
    return new FenceMark(
        PciAddress.parse("0000:01:00.0"),
        DeviceIdentity.ofModel(new PciId(1, 2)),
        Optional.of(SEEN),
        verb.kind(),
        Optional.empty());
  }

  @Test
  void newerPassesAndOlderNeverDoes() {
    for (Verb before : Verb.values()) {
      for (Verb now : Verb.values()) {
        assertTrue(seen(before).allows(new Fence(2, 11), now), before + " then " + now);
        assertTrue(seen(before).allows(new Fence(3, 0), now), before + " then " + now);
        assertFalse(seen(before).allows(new Fence(2, 9), now), before + " then " + now);
        assertFalse(seen(before).allows(new Fence(1, 99), now), before + " then " + now);
      }
    }
  }

  @Test
  void equalPassesForTheSameKindAndForBindingAgain() {
    for (Verb before : Verb.values()) {
      for (Verb now : Verb.values()) {
        boolean same = before.kind() == now.kind();
        boolean bindsAgain = now == Verb.BIND && before != Verb.RELEASE;
        assertEquals(same || bindsAgain, seen(before).allows(SEEN, now), before + " then " + now);
      }
    }
  }

  @Test
  void bindingAgainDoesNotOpenTheFenceForOtherPreparations() {
    FenceMark after =
        seen(Verb.PERMIT).after(SEEN, Verb.BIND, DeviceIdentity.ofModel(new PciId(1, 2)));
    assertFalse(after.allows(SEEN, Verb.SCRUB));
    assertTrue(after.allows(SEEN, Verb.PERMIT));
  }
}
