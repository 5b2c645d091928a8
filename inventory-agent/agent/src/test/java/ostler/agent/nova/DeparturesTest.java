package ostler.agent.nova;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import ostler.agent.libvirt.DomainView;
import ostler.inventory.ChainHash;
import ostler.inventory.ClaimId;
import ostler.inventory.Consumer;
import ostler.inventory.DesiredState;
import ostler.inventory.DeviceIdentity;
import ostler.inventory.Fence;
import ostler.inventory.Goal;
import ostler.inventory.HostName;
import ostler.inventory.ProjectId;
import ostler.inventory.Tenant;
import ostler.inventory.UnitId;
import ostler.inventory.UnitMember;
import ostler.inventory.UnitMembers;
import ostler.inventory.UnitOrder;
import ostler.pci.PciAddress;
import ostler.pci.PciId;

/** When an instance counts as gone. */
class DeparturesTest {

  private static final Duration GRACE = Duration.ofSeconds(60);
  private static final String VM = new UUID(1, 1).toString();

  private final Departures departures = new Departures(GRACE);
  private final ClaimId claim = new ClaimId(new UUID(2, 2));

  @BeforeEach
  void anInstanceHasAClaim() {
    departures.desire(desired(ready("nova")));
  }

  private Goal ready(String source) {
    return new Goal.Ready(
        new Tenant(claim, new ProjectId("p1"), new Consumer(source, "instance", VM)));
  }

  private static DesiredState desired(Goal goal) {
    UnitMember member =
        new UnitMember(
            PciAddress.parse("0000:01:00.0"), DeviceIdentity.ofModel(PciId.parse("10de:2330")));
    return new DesiredState(
        new HostName("cn1"),
        1,
        1,
        List.of(
            UnitOrder.whole(
                new UnitId(new UUID(3, 3)),
                new UnitMembers(List.of(member)),
                new Fence(1, 1),
                goal,
                ChainHash.START)));
  }

  private void see(long seconds, String... defined) {
    departures.see(Optional.of(new DomainView.Known(List.of(), Set.of(defined))), nanos(seconds));
  }

  private static long nanos(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private void gone(long seconds, ClaimId... claims) {
    assertEquals(List.of(claims), List.copyOf(departures.gone(nanos(seconds))));
  }

  @Test
  void aDefinedDomainIsNotGoneHoweverLongItIsStopped() {
    see(0, VM);
    see(100_000, VM);
    gone(200_000);
  }

  @Test
  void onlyWhatWasUndefinedAllTheWhileIsGone() {
    see(0);
    gone(59);
    see(30, VM);
    see(40);
    gone(90);
    gone(100, claim);
  }

  @Test
  void whereLibvirtIsNotHeardNothingIsGone() {
    see(0);
    departures.see(Optional.of(new DomainView.Unknown("it hangs")), nanos(30));
    gone(100);
    see(100);
    departures.see(Optional.empty(), nanos(130));
    gone(200);
  }

  @Test
  void otherCloudsGiveTheirClaimsBackThemselves() {
    departures.desire(desired(ready("libvirt")));
    see(0);
    gone(1000);
  }

  @Test
  void anInstanceWhoseClaimEndedIsForgotten() {
    see(0);
    gone(60, claim);
    departures.desire(desired(new Goal.Rest()));
    gone(60);
  }
}
