package ostler.lab;
import java.nio.file.*; import java.time.*;
public class LabRun { public static void main(String[] a) throws Exception {
  LabImage i=LabImage.prepare(LabImage.cache(System.getenv()), Progress.onStandardError());
  try (LabMachine m=LabMachine.boot(i, MachineOptions.plain("try", Path.of("/tmp/lab/art")))) {
    System.out.println("boot "+m.bootTime());
    System.out.println(m.exec(a.length>0?a[0]:"id; mount; lspci; sudo -u ostler id", Duration.ofSeconds(60)));
  }}}
