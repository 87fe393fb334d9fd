import java.io.*;
import java.nio.file.*;
import java.security.Security;
import java.util.*;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Bouncy Castle as a peer of the tests: reads jobs from a file, one a line, and says of each how it went.
 *
 * A job is a name, a verb and fields "key=value", with tabs between; the answer the name, "ok" or "error", and a text.
 * One failing job does not stop the others. With "-" for a file, jobs are read from stdin and answered on stdout, both
 * without names, as `cargo xtask interop` has them.
 */
public class BouncyCastle {
    static final BouncyCastleProvider BC = new BouncyCastleProvider();

    interface Verb {
        void run(Job job) throws Exception;
    }

    static final Map<String, Verb> VERBS = new HashMap<>();

    static {
        VERBS.put("sign", Signatures::sign);
        VERBS.put("verify", Signatures::verify);
        VERBS.put("certs-only", Signatures::certificates);
        VERBS.put("read-certs", Signatures::readCertificates);
        VERBS.put("check-digest", Messages::checkDigest);
        VERBS.put("encrypt", Messages::encrypt);
        VERBS.put("decrypt", Messages::decrypt);
        VERBS.put("mac", Messages::mac);
        VERBS.put("check-mac", Messages::checkMac);
        VERBS.put("compress", Messages::compress);
        VERBS.put("decompress", Messages::decompress);
        VERBS.put("open-by-hand", job -> job.write(new Opening(job).open(job.read("in"))));
        VERBS.put("seal-by-hand", job -> job.write(new Sealing(job).seal(job.read("in"))));
    }

    public static void main(String[] arguments) throws Exception {
        Security.addProvider(BC);
        if (arguments[0].equals("-")) {
            converse();
            return;
        }
        PrintStream out = new PrintStream(new FileOutputStream(arguments[1]), false, "UTF-8");
        for (String line : Files.readAllLines(Paths.get(arguments[0]))) {
            Job job = new Job(line);
            out.println(job.name + "\t" + answer(job, "error"));
        }
        out.close();
    }

    private static void converse() throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
        PrintStream out = new PrintStream(System.out, true, "UTF-8");
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            out.println(line.equals("version") ? "ok\t" + BC.getVersionStr() : answer(new Job("-\t" + line), "no"));
        }
    }

    private static String answer(Job job, String failure) {
        try {
            Verb verb = VERBS.get(job.verb);
            if (verb == null) {
                throw new IllegalArgumentException("no such verb: " + job.verb);
            }
            verb.run(job);
            return "ok\t";
        } catch (Throwable error) {
            StringWriter text = new StringWriter();
            for (Throwable cause = error; cause != null; cause = cause.getCause()) {
                text.append(cause.toString()).append("; ");
            }
            return failure + "\t" + text.toString().replaceAll("\\s+", " ");
        }
    }

    /** One line of the file of jobs. */
    static class Job {
        final String name;
        final String verb;
        private final Map<String, String> fields = new HashMap<>();

        Job(String line) {
            String[] words = line.split("\t");
            name = words[0];
            verb = words[1];
            for (int index = 2; index < words.length; index++) {
                String[] pair = words[index].split("=", 2);
                fields.put(pair[0], pair[1]);
            }
        }

        boolean has(String field) {
            return fields.containsKey(field);
        }

        String get(String field) {
            if (!has(field)) {
                throw new IllegalArgumentException("the job has no field " + field);
            }
            return fields.get(field);
        }

        byte[] read(String field) throws IOException {
            return Files.readAllBytes(Paths.get(get(field)));
        }

        void write(byte[] octets) throws IOException {
            Files.write(Paths.get(get("out")), octets);
        }
    }
}
