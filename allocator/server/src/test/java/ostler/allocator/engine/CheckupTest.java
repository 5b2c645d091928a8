package ostler.allocator.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.Host.LiveAgent;
import ostler.allocator.engine.Host.Warning;
import ostler.inventory.AgentInstance;
import ostler.inventory.BootId;
import ostler.inventory.Consumer;
import ostler.inventory.Fence;

/** What the contract of the stores does not show of a look at hosts and units. */
final class CheckupTest {

  private static final Consumer VM = new Consumer("libvirt", "domain", "vm-1");

  private static Host host(Optional<Long> skew, List<Warning> warnings, Duration silent) {
    LiveAgent agent =
        new LiveAgent(
            new AgentInstance(new UUID(0, 1)),
            "1.0",
            7,
            new BootId(new UUID(0, 2)),
            Optional.empty(),
            true,
            Samples.NOW.minus(silent),
            skew);
    return new Host(
        Samples.HOST,
        1,
        8,
        8,
        7,
        HostAdmin.OPEN,
        true,
        Optional.of(agent),
        Optional.empty(),
        warnings);
  }

  private static Host sound() {
    return host(Optional.of(2000L), List.of(), Duration.ZERO);
  }

  /** A unit whose newest order is of that age and was not answered. */
  private static Unit waiting(Duration since) {
    Unit unit = Samples.in(UnitState.RELEASING);
    return new Unit(
        unit.id(),
        unit.host(),
        unit.model(),
        unit.state(),
        Samples.NOW.minus(since),
        unit.generation(),
        new Fence(1, 8),
        unit.standing(),
        unit.cleaning(),
        unit.claim(),
        unit.lastClaim(),
        unit.cause(),
        unit.observed());
  }

  private static List<Ailment> of(Host host, Unit... units) {
    return Checkup.of(host, List.of(units), Samples.NOW).stream().map(Finding::ailment).toList();
  }

  @Test
  void aHostIsBehindOnlyWithAnOrderThatWaitsForLong() {
    assertEquals(List.of(), of(sound()));
    assertEquals(List.of(), of(sound(), waiting(Checkup.ORDER_TAKES)));
    assertEquals(
        List.of(Ailment.HOST_BEHIND), of(sound(), waiting(Checkup.ORDER_TAKES.plusNanos(1000))));
  }

  @Test
  void aSilentHostIsNotBlamedForBeingBehindToo() {
    Host silent = host(Optional.empty(), List.of(), Duration.ofHours(1));
    assertEquals(List.of(Ailment.HOST_SILENT), of(silent, waiting(Duration.ofHours(1))));
  }

  @Test
  void aClockThatIsOffIsToldInBothDirectionsAndByHowMuch() {
    assertEquals(List.of(), of(host(Optional.of(-3000L), List.of(), Duration.ZERO)));
    for (long skew : new long[] {-3001, 3001}) {
      Finding finding =
          Checkup.of(host(Optional.of(skew), List.of(), Duration.ZERO), List.of(), Samples.NOW)
              .get(0);
      assertEquals(Ailment.HOST_CLOCK_OFF, finding.ailment());
      assertTrue(finding.message().contains(skew + " ms"), finding.message());
    }
  }

  @Test
  void warningsAreToldByTheFirstFewAndTheirNumber() {
    List<Warning> warnings =
        List.of("a", "b", "c", "d").stream().map(path -> new Warning(path, "is wrong")).toList();
    Finding finding =
        Checkup.of(host(Optional.empty(), warnings, Duration.ZERO), List.of(), Samples.NOW).get(0);
    assertEquals(Ailment.HOST_WARNS, finding.ailment());
    assertTrue(finding.message().contains("4 parts"), finding.message());
    assertTrue(finding.message().contains("c is wrong"), finding.message());
    assertEquals("host gpu-1", finding.about());
  }

  @Test
  void aHolderIsTheConsumersByItsIdOrItsNameAndWhatIsBeingCleanedMayBeHeld() {
    Unit used = Samples.in(UnitState.IN_USE).with(Samples.heldBy("vm-1"));
    assertEquals(List.of(), Checkup.of(used, Optional.of(VM)));
    Unit other = Samples.in(UnitState.IN_USE).with(Samples.heldBy("vm-2"));
    assertEquals(
        List.of(Ailment.HELD_BY_ANOTHER),
        Checkup.of(other, Optional.of(VM)).stream().map(Finding::ailment).toList());
    Unit cleaning = Samples.in(UnitState.CLEANING).with(Samples.heldBy("vm-2"));
    assertEquals(List.of(), Checkup.of(cleaning, Optional.empty()));
    Unit dirty = Samples.in(UnitState.DIRTY).with(Samples.heldBy("vm-2"));
    assertEquals(
        List.of(Ailment.HELD_WITHOUT_CLAIM),
        Checkup.of(dirty, Optional.empty()).stream().map(Finding::ailment).toList());
    Unit unmanaged = Samples.in(UnitState.UNMANAGED).with(Samples.heldBy("vm-2"));
    assertEquals(List.of(), Checkup.of(unmanaged, Optional.empty()));
  }
}
