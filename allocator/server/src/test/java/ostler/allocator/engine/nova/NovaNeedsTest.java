package ostler.allocator.engine.nova;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import ostler.allocator.engine.Code;
import ostler.allocator.engine.Outcome;
import ostler.allocator.engine.nova.NovaRequest.Devices;
import ostler.allocator.engine.placement.NovaSpec;
import ostler.flavor.Alias;
import ostler.flavor.AliasName;
import ostler.flavor.AliasRule;
import ostler.flavor.PciNumber;
import ostler.inventory.ProjectId;
import ostler.inventory.UnitKind;
import ostler.inventory.WipeLevel;

/** What of Nova's requests is ours. */
final class NovaNeedsTest {

  private static final AliasName GPU = new AliasName("gpu");
  private static final AliasName NIC = new AliasName("nic");
  private static final Map<AliasName, Alias> KNOWN =
      Map.of(GPU, alias(GPU, 0x1002), NIC, alias(NIC, 0x8086));

  private static Alias alias(AliasName name, int vendor) {
    AliasRule rule =
        new AliasRule(
            Optional.of(new PciNumber(vendor)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            UnitKind.WHOLE,
            Optional.empty(),
            new TreeSet<>());
    return new Alias(name, rule, WipeLevel.L3);
  }

  private static NovaSpec spec(String vendor) {
    return new NovaSpec(Optional.of(PciNumber.parse(vendor)), Optional.empty(), Optional.empty());
  }

  private static Outcome<NovaNeeds> needs(Devices... devices) {
    return NovaNeeds.of(
        new NovaRequest(
            new UUID(0, 1),
            new ProjectId("p"),
            NovaIntent.CREATE,
            List.of(devices),
            List.of(),
            List.of()),
        KNOWN);
  }

  private static Devices devices(String alias, int count, NovaSpec... specs) {
    return new Devices(AliasName.tryParse(alias), count, List.of(specs));
  }

  @Test
  void b14AndC16AFlavorWithoutDevicesAsksForNothingOfOurs() {
    assertFalse(needs().orElseThrow().isOurs());
  }

  /** B13 of Nova's cases is Nova's to refuse: what it does not know it never asks for. */
  @Test
  void aliasesThatOstlerDoesNotHaveAndPortsAreNotOurs() {
    Devices port = new Devices(Optional.empty(), 1, List.of(spec("15b3")));
    assertFalse(
        needs(devices("other", 3), devices("not an alias!", 1), port).orElseThrow().isOurs());
    NovaNeeds mixed = needs(devices("other", 3), devices("gpu", 2), port).orElseThrow();
    assertTrue(mixed.isOurs());
    assertEquals("2 of gpu", mixed.asked());
  }

  @Test
  void requestsForOneAliasAreSummedUpWithAllTheirAlternatives() {
    NovaNeeds needs =
        needs(
                devices("gpu", 1, spec("1002")),
                devices("nic", 1, spec("8086")),
                devices("gpu", 2, spec("10de")))
            .orElseThrow();
    assertEquals("3 of gpu and 1 of nic", needs.asked());
    assertEquals(
        List.of(List.of(spec("1002"), spec("10de")), List.of(spec("8086"))), needs.specs());
  }

  @Test
  void moreThanAMachineCanHaveIsRefusedByItsField() {
    Outcome<NovaNeeds> outcome = needs(devices("gpu", Integer.MAX_VALUE), devices("gpu", 1));
    assertTrue(outcome instanceof Outcome.Refused<NovaNeeds>);
    assertEquals(Code.MALFORMED, ((Outcome.Refused<NovaNeeds>) outcome).refusal().code());
  }
}
