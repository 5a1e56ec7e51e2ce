/** What differs between two companies that deliver Torii: accounts, the repository, people. */
export interface ToolsSettings {
  /** Twelve digits; an account of its own: who can change a pipeline can change what it releases. */
  readonly account: string;
  /** That of the environments: CodePipeline keeps what it hands on where it runs, and images are pulled from the region they are in. */
  readonly region: string;
  /** The repository at GitHub that everything is made of. */
  readonly repository: {
    /** `arn:aws:codeconnections:…`, of the tools account; somebody confirmed it in the console. */
    readonly connectionArn: string;
    /** User or organization at GitHub. */
    readonly owner: string;
    readonly name: string;
    /** What is pushed here is released. */
    readonly branch: string;
  };
  /** Who is asked before prod, by e-mail; anybody who may approve in the tools account can answer. */
  readonly approverEmails: readonly string[];
  /** Who hears that a pipeline failed. */
  readonly developerEmail: string;
  /** Images that each repository keeps. What prod runs must be among them, also after months without a release there. */
  readonly keptImages: number;
  /** Days that pipelines keep what they hand on. Going back to the last release needs what that one was made of. */
  readonly artifactDays: number;
  /** Days that the logs of builds are kept; one of CloudWatch's own steps. */
  readonly logRetentionDays: number;
}
