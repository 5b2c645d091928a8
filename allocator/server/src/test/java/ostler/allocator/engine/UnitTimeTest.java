package ostler.allocator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import ostler.accounting.ledger.LedgerState;
import ostler.accounting.ledger.Subject;
import ostler.flavor.UnitModel;
import ostler.inventory.Share;
import ostler.pci.PciId;

final class UnitTimeTest {

  private static final Quarantine QUARANTINE =
      new Quarantine(Code.OPERATOR, "link x8", "bob", Samples.NOW);

  private static Unit with(Unit unit, Standing standing) {
    return unit.with(standing);
  }

  @Test
  void withNothingBesideItTimeGoesToTheStateOfEachName() {
    for (UnitState state : UnitState.values()) {
      assertEquals(
          LedgerState.valueOf(state.name()), UnitTime.goesTo(Samples.in(state)), state.name());
    }
  }

  @Test
  void whatIsNotThereIsNobodysToUseWhoeverHasIt() {
    for (UnitState state : EnumSet.complementOf(EnumSet.of(UnitState.UNMANAGED))) {
      Standing standing = Standing.NEW.with(Optional.of(QUARANTINE));
      assertEquals(
          LedgerState.MISSING,
          UnitTime.goesTo(with(Samples.in(state), standing.with(Presence.MISSING))));
      assertEquals(
          LedgerState.WEDGED,
          UnitTime.goesTo(with(Samples.in(state), standing.with(Presence.WEDGED))));
    }
  }

  @Test
  void whatWasGivenBackIsTheHostsWhateverIsRememberedOfIt() {
    Unit unit =
        with(
            Samples.in(UnitState.UNMANAGED),
            Standing.NEW.with(Presence.MISSING).with(Optional.of(QUARANTINE)));
    assertEquals(LedgerState.UNMANAGED, UnitTime.goesTo(unit));
  }

  @Test
  void whatAnOperatorPlansTakesIdleTimeAndNeverATenants() {
    for (UnitState state : UnitState.values()) {
      boolean idle = state == UnitState.DIRTY || state == UnitState.CLEAN;
      LedgerState own = LedgerState.valueOf(state.name());
      Unit unit = Samples.in(state);
      assertEquals(
          idle ? LedgerState.QUARANTINED : own,
          UnitTime.goesTo(with(unit, Standing.NEW.with(Optional.of(QUARANTINE)))));
      for (AdminState admin : EnumSet.complementOf(EnumSet.of(AdminState.ENABLED))) {
        assertEquals(
            idle ? LedgerState.valueOf(admin.name()) : own,
            UnitTime.goesTo(with(unit, Standing.NEW.with(admin, "planned"))));
      }
    }
  }

  @Test
  void retiredStaysRetiredInQuarantine() {
    Standing both = Standing.NEW.with(AdminState.RETIRED, "old").with(Optional.of(QUARANTINE));
    assertEquals(LedgerState.RETIRED, UnitTime.goesTo(with(Samples.in(UnitState.DIRTY), both)));
  }

  @Test
  void theModelIsThatOfWhatComputesAndNotOfItsSound() {
    assertEquals(PciId.parse("1002:5046"), model("0000:0001/0x040300+1002:5046/0x030000"));
    assertEquals(PciId.parse("10de:2330"), model("0000:0001/0x040300+10de:2330/0x120000"));
    assertEquals(PciId.parse("0000:0001"), model("0000:0001/0x040300+0000:0002/0x020000"));
  }

  private static PciId model(String parts) {
    Subject subject =
        UnitTime.subject(Samples.HOST, UnitModel.parse(parts), Share.WHOLE, Optional.of(81_920L));
    assertEquals(Samples.HOST, subject.host());
    assertEquals(Share.WHOLE, subject.weight());
    assertEquals(Optional.of(81_920L), subject.memoryMib());
    return subject.model();
  }
}
