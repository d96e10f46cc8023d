"""What the EU's register of statements of reasons (the DSA Transparency Database) takes, restated as plain data.

As in force since 1 July 2025; `SOURCE` names what it was read from. Pure facts: `rules` applies them. A test holds them
against the register's schema where that is at hand (mark `corpus`).
"""

from collections.abc import Mapping

SOURCE = "digital-services-act/transparency-database@69e80a0bc8eb, 2026-06-24"


def _named(prefix: str, words: str) -> tuple[str, ...]:
    return tuple(prefix + word for word in words.split())


DECISION_VISIBILITY = _named(
    "DECISION_VISIBILITY_",
    """
    CONTENT_REMOVED CONTENT_DISABLED CONTENT_DEMOTED CONTENT_AGE_RESTRICTED CONTENT_INTERACTION_RESTRICTED
    CONTENT_LABELLED OTHER
    """,
)
DECISION_MONETARY = _named("DECISION_MONETARY_", "SUSPENSION TERMINATION OTHER")
DECISION_PROVISION = _named(
    "DECISION_PROVISION_",
    """
    PARTIAL_SUSPENSION TOTAL_SUSPENSION PARTIAL_TERMINATION TOTAL_TERMINATION
    """,
)
DECISION_ACCOUNT = _named("DECISION_ACCOUNT_", "SUSPENDED TERMINATED")
ACCOUNT_TYPES = _named("ACCOUNT_TYPE_", "BUSINESS PRIVATE")
DECISION_GROUNDS = _named("DECISION_GROUND_", "ILLEGAL_CONTENT INCOMPATIBLE_CONTENT")
CONTENT_TYPES = _named("CONTENT_TYPE_", "APP AUDIO IMAGE PRODUCT SYNTHETIC_MEDIA TEXT VIDEO OTHER")
CATEGORIES = _named(
    "STATEMENT_CATEGORY_",
    """
    ANIMAL_WELFARE CONSUMER_INFORMATION CYBER_VIOLENCE CYBER_VIOLENCE_AGAINST_WOMEN
    DATA_PROTECTION_AND_PRIVACY_VIOLATIONS ILLEGAL_OR_HARMFUL_SPEECH INTELLECTUAL_PROPERTY_INFRINGEMENTS
    NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS NOT_SPECIFIED_NOTICE OTHER_VIOLATION_TC PROTECTION_OF_MINORS
    RISK_FOR_PUBLIC_SECURITY SCAMS_AND_FRAUD SELF_HARM UNSAFE_AND_PROHIBITED_PRODUCTS VIOLENCE
    """,
)
KEYWORDS = _named(
    "KEYWORD_",
    """
    ADULT_SEXUAL_MATERIAL AGE_SPECIFIC_RESTRICTIONS AGE_SPECIFIC_RESTRICTIONS_MINORS ANIMAL_HARM
    BIOMETRIC_DATA_BREACH BULLYING_AGAINST_GIRLS CHILD_SEXUAL_ABUSE_MATERIAL CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE
    CONTENT_PROMOTING_EATING_DISORDERS COORDINATED_HARM COPYRIGHT_INFRINGEMENT CYBER_BULLYING_INTIMIDATION
    CYBER_HARASSMENT CYBER_HARASSMENT_AGAINST_WOMEN CYBER_INCITEMENT CYBER_STALKING CYBER_STALKING_AGAINST_WOMEN
    DATA_FALSIFICATION DEFAMATION DESIGN_INFRINGEMENT DISCRIMINATION FEMALE_GENDERED_DISINFORMATION
    GEOGRAPHIC_INDICATIONS_INFRINGEMENT GEOGRAPHICAL_REQUIREMENTS GOODS_SERVICES_NOT_PERMITTED
    GROOMING_SEXUAL_ENTICEMENT_MINORS HATE_SPEECH HIDDEN_ADVERTISEMENT HUMAN_EXPLOITATION HUMAN_TRAFFICKING
    ILLEGAL_ORGANIZATIONS IMPERSONATION_ACCOUNT_HIJACKING INAUTHENTIC_ACCOUNTS INAUTHENTIC_LISTINGS
    INAUTHENTIC_USER_REVIEWS INCITEMENT_AGAINST_WOMEN INCITEMENT_VIOLENCE_HATRED INSUFFICIENT_INFORMATION_ON_TRADERS
    LANGUAGE_REQUIREMENTS MISINFORMATION_DISINFORMATION MISLEADING_INFO_CONSUMER_RIGHTS
    MISLEADING_INFO_GOODS_SERVICES MISSING_PROCESSING_GROUND NON_CONSENSUAL_IMAGE_SHARING
    NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN NON_CONSENSUAL_MATERIAL_DEEPFAKE
    NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN NONCOMPLIANCE_PRICING NUDITY PATENT_INFRINGEMENT PHISHING
    PROHIBITED_PRODUCTS PYRAMID_SCHEMES RIGHT_TO_BE_FORGOTTEN RISK_ENVIRONMENTAL_DAMAGE RISK_PUBLIC_HEALTH
    SELF_MUTILATION STALKING SUICIDE TERRORIST_CONTENT TRADE_SECRET_INFRINGEMENT TRADEMARK_INFRINGEMENT
    TRAFFICKING_WOMEN_GIRLS UNLAWFUL_SALE_ANIMALS UNSAFE_CHALLENGES UNSAFE_PRODUCTS VIOLATION_EU_LAW
    VIOLATION_NATIONAL_LAW OTHER
    """,
)
SOURCE_TYPES = _named("SOURCE_", "ARTICLE_16 TRUSTED_FLAGGER TYPE_OTHER_NOTIFICATION VOLUNTARY")
AUTOMATED_DECISIONS = _named("AUTOMATED_DECISION_", "FULLY PARTIALLY NOT_AUTOMATED")
YES_NO = ("Yes", "No")

# The members of the EEA. Greece is GR here, never EL; the United Kingdom is none.
EU27 = _named("", "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK")
EEA30 = tuple(sorted((*EU27, "IS", "LI", "NO")))

LANGUAGES = frozenset(
    _named(
        "",
        """
    AB AA AF AK SQ AM AR AN HY AS AV AE AY AZ BM BA EU BE BN BH BI BS BR BG MY CA KM CH CE NY ZH CU CV KW CO CR
    HR CS DA DV NL DZ EN EO ET EE FO FJ FI FR FF GD GL LG KA DE KI EL KL GN GU HT HA HE HZ HI HO HU IS IO IG ID
    IA IE IU IK GA IT JA JV KN KR KS KK RW KV KG KO KJ KU KY LO LA LV LB LI LN LT LU MK MG MS ML MT GV MI MR MH
    RO MN NA NV ND NG NE SE NO NB NN II OC OJ OR OM OS PI PA PS FA PL PT QU RM RN RU SM SG SA SC SR SN SD SI SK
    SL SO ST NR ES SU SW SS SV TL TY TG TA TT TE TH BO TI TO TS TN TR TK TW UG UK UR UZ VE VI VO WA CY FY WO XH
    YI YO ZA ZU
    """,
    )
)

# Which keywords belong to a category. The register takes any with any; we do not.
KEYWORDS_OF: Mapping[str, tuple[str, ...]] = {
    f"STATEMENT_CATEGORY_{category}": _named("KEYWORD_", words)
    for category, words in {
        "ANIMAL_WELFARE": "ANIMAL_HARM UNLAWFUL_SALE_ANIMALS",
        "CONSUMER_INFORMATION": """
            HIDDEN_ADVERTISEMENT INSUFFICIENT_INFORMATION_ON_TRADERS MISLEADING_INFO_GOODS_SERVICES
            MISLEADING_INFO_CONSUMER_RIGHTS NONCOMPLIANCE_PRICING
        """,
        "CYBER_VIOLENCE": """
            CYBER_BULLYING_INTIMIDATION CYBER_HARASSMENT CYBER_INCITEMENT CYBER_STALKING
            NON_CONSENSUAL_IMAGE_SHARING NON_CONSENSUAL_MATERIAL_DEEPFAKE
        """,
        "CYBER_VIOLENCE_AGAINST_WOMEN": """
            BULLYING_AGAINST_GIRLS CYBER_HARASSMENT_AGAINST_WOMEN CYBER_STALKING_AGAINST_WOMEN
            FEMALE_GENDERED_DISINFORMATION INCITEMENT_AGAINST_WOMEN NON_CONSENSUAL_IMAGE_SHARING_AGAINST_WOMEN
            NON_CONSENSUAL_MATERIAL_DEEPFAKE_AGAINST_WOMEN
        """,
        "DATA_PROTECTION_AND_PRIVACY_VIOLATIONS": """
            BIOMETRIC_DATA_BREACH DATA_FALSIFICATION MISSING_PROCESSING_GROUND RIGHT_TO_BE_FORGOTTEN
        """,
        "ILLEGAL_OR_HARMFUL_SPEECH": "DEFAMATION DISCRIMINATION HATE_SPEECH",
        "INTELLECTUAL_PROPERTY_INFRINGEMENTS": """
            COPYRIGHT_INFRINGEMENT DESIGN_INFRINGEMENT GEOGRAPHIC_INDICATIONS_INFRINGEMENT PATENT_INFRINGEMENT
            TRADE_SECRET_INFRINGEMENT TRADEMARK_INFRINGEMENT
        """,
        "NEGATIVE_EFFECTS_ON_CIVIC_DISCOURSE_OR_ELECTIONS": """
            MISINFORMATION_DISINFORMATION VIOLATION_EU_LAW VIOLATION_NATIONAL_LAW
        """,
        "OTHER_VIOLATION_TC": """
            ADULT_SEXUAL_MATERIAL AGE_SPECIFIC_RESTRICTIONS GEOGRAPHICAL_REQUIREMENTS GOODS_SERVICES_NOT_PERMITTED
            LANGUAGE_REQUIREMENTS NUDITY
        """,
        "PROTECTION_OF_MINORS": """
            AGE_SPECIFIC_RESTRICTIONS_MINORS CHILD_SEXUAL_ABUSE_MATERIAL CHILD_SEXUAL_ABUSE_MATERIAL_DEEPFAKE
            GROOMING_SEXUAL_ENTICEMENT_MINORS UNSAFE_CHALLENGES
        """,
        "RISK_FOR_PUBLIC_SECURITY": """
            ILLEGAL_ORGANIZATIONS RISK_ENVIRONMENTAL_DAMAGE RISK_PUBLIC_HEALTH TERRORIST_CONTENT
        """,
        "SCAMS_AND_FRAUD": """
            IMPERSONATION_ACCOUNT_HIJACKING INAUTHENTIC_ACCOUNTS INAUTHENTIC_LISTINGS INAUTHENTIC_USER_REVIEWS
            PHISHING PYRAMID_SCHEMES
        """,
        "SELF_HARM": "CONTENT_PROMOTING_EATING_DISORDERS SELF_MUTILATION SUICIDE",
        "NOT_SPECIFIED_NOTICE": "",
        "UNSAFE_AND_PROHIBITED_PRODUCTS": "PROHIBITED_PRODUCTS UNSAFE_PRODUCTS",
        "VIOLENCE": """
            COORDINATED_HARM INCITEMENT_VIOLENCE_HATRED HUMAN_EXPLOITATION HUMAN_TRAFFICKING TRAFFICKING_WOMEN_GIRLS
        """,
    }.items()
}

# Names of before July 2025 and what became of them ("": taken out).
RENAMED: Mapping[str, str] = {
    "STATEMENT_CATEGORY_UNSAFE_AND_ILLEGAL_PRODUCTS": "STATEMENT_CATEGORY_UNSAFE_AND_PROHIBITED_PRODUCTS",
    "STATEMENT_CATEGORY_SCOPE_OF_PLATFORM_SERVICE": "STATEMENT_CATEGORY_OTHER_VIOLATION_TC",
    "STATEMENT_CATEGORY_NON_CONSENSUAL_BEHAVIOUR": "",
    "STATEMENT_CATEGORY_PORNOGRAPHY_OR_SEXUALIZED_CONTENT": "",
    "KEYWORD_ONLINE_BULLYING_INTIMIDATION": "KEYWORD_CYBER_BULLYING_INTIMIDATION",
    "KEYWORD_INSUFFICIENT_INFORMATION_TRADERS": "KEYWORD_INSUFFICIENT_INFORMATION_ON_TRADERS",
    "KEYWORD_DISINFORMATION": "KEYWORD_MISINFORMATION_DISINFORMATION",
    "KEYWORD_NON_CONSENSUAL_ITEMS_DEEPFAKE": "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE",
    "KEYWORD_MISINFORMATION": "",
    "KEYWORD_FOREIGN_INFORMATION_MANIPULATION": "",
    "KEYWORD_REGULATED_GOODS_SERVICES": "",
    "KEYWORD_DANGEROUS_TOYS": "",
    "KEYWORD_GENDER_BASED_VIOLENCE": "",
    "KEYWORD_IMAGE_BASED_SEXUAL_ABUSE": "",
}

ARRAYS = ("decision_visibility", "category_addition", "category_specification", "content_type", "territorial_scope")
REQUIRED = (
    "decision_ground",
    "content_type",
    "category",
    "content_date",
    "application_date",
    "decision_facts",
    "source_type",
    "automated_detection",
    "automated_decision",
    "puid",
)
ONE_OF = ("decision_visibility", "decision_monetary", "decision_provision", "decision_account")
LONGEST: Mapping[str, int] = {
    "decision_visibility_other": 500,
    "decision_monetary_other": 500,
    "content_type_other": 500,
    "category_specification_other": 500,
    "decision_ground_reference_url": 500,
    "illegal_content_legal_ground": 500,
    "illegal_content_explanation": 2_000,
    "incompatible_content_ground": 500,
    "incompatible_content_explanation": 2_000,
    "decision_facts": 5_000,
    "source_identity": 500,
    "puid": 500,
}
# Earliest and latest day, both taken (None: no earliest).
DATES: Mapping[str, tuple[str | None, str]] = {
    "content_date": ("2000-01-01", "2038-01-01"),
    "application_date": ("2020-01-01", "2038-01-01"),
    "end_date_visibility_restriction": (None, "2038-01-01"),
    "end_date_monetary_restriction": (None, "2038-01-01"),
    "end_date_service_restriction": (None, "2038-01-01"),
    "end_date_account_restriction": (None, "2038-01-01"),
}
PUID = r"[a-zA-Z0-9\-_]+"
EAN_13 = r"[0-9]{13}"
MOST_IN_A_BATCH = 100

ENUMS: Mapping[str, tuple[str, ...]] = {
    "decision_visibility": DECISION_VISIBILITY,
    "decision_monetary": DECISION_MONETARY,
    "decision_provision": DECISION_PROVISION,
    "decision_account": DECISION_ACCOUNT,
    "account_type": ACCOUNT_TYPES,
    "decision_ground": DECISION_GROUNDS,
    "content_type": CONTENT_TYPES,
    "category": CATEGORIES,
    "category_addition": CATEGORIES,
    "category_specification": KEYWORDS,
    "source_type": SOURCE_TYPES,
    "automated_decision": AUTOMATED_DECISIONS,
    "automated_detection": YES_NO,
    "incompatible_content_illegal": YES_NO,
    "territorial_scope": EEA30,
    "content_language": tuple(sorted(LANGUAGES)),
}

# The columns of a day's dump, in its order; the light one leaves these out.
COLUMNS = _named(
    "",
    """
    uuid decision_visibility decision_visibility_other end_date_visibility_restriction decision_monetary
    decision_monetary_other end_date_monetary_restriction decision_provision end_date_service_restriction
    decision_account end_date_account_restriction account_type decision_ground decision_ground_reference_url
    illegal_content_legal_ground illegal_content_explanation incompatible_content_ground
    incompatible_content_explanation incompatible_content_illegal category category_addition
    category_specification category_specification_other content_type content_type_other content_language
    content_date content_id_ean territorial_scope application_date decision_facts source_type source_identity
    automated_detection automated_decision platform_name platform_uid created_at
    """,
)
NOT_IN_LIGHT = (
    "illegal_content_explanation",
    "incompatible_content_explanation",
    "territorial_scope",
    "decision_facts",
)
